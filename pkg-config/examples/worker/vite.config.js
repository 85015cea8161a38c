export default {
  base: './',
  optimizeDeps: { exclude: ['@precheck/core'] },
  // The worker is a module, as the loader in it is.
  worker: { format: 'es' },
  build: { target: 'es2022' },
};
