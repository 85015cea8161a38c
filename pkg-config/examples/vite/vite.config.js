export default {
  base: './',
  // In development Vite would move the loader away from the module that lies beside it.
  optimizeDeps: { exclude: ['@precheck/core'] },
  build: { target: 'es2022' },
};
