import { copyFileSync } from 'node:fs';
import webpack from 'webpack';

// Nothing has to be said about the module: webpack finds it beside the loader and gives it a name of its own.
const config = {
  context: import.meta.dirname,
  mode: 'production',
  entry: './main.js',
  output: { path: `${import.meta.dirname}/dist`, filename: 'main.js', clean: true },
  performance: false,
};

const stats = await new Promise((resolve, reject) => {
  webpack(config, (error, done) => (error ? reject(error) : resolve(done)));
});
console.log(stats.toString({ colors: false, modules: false }));
if (stats.hasErrors() || stats.hasWarnings()) process.exit(1);
copyFileSync('index.html', 'dist/index.html');
