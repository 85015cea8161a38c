// One entry of the package in one file, for engines or surroundings that need it so.
import { dirname, join, relative } from 'node:path';

import { build } from 'esbuild';

/** Engines of before 2020 have no such name. */
const GLOBAL = "var globalThis = typeof self === 'object' ? self : typeof global === 'object' ? global : {};";

/**
 * @param options.isOld whether it is for engines that lack names, not only syntax
 * @param options.replace files that are taken instead of those of the package, by the name they are imported with
 * @param options.keep files of the package that stay imports, and the names of them beside the result
 */
export async function bundle({ entry, to, home, format, target, platform = 'neutral', isOld = false, replace = {}, keep = {} }) {
  const places = {
    name: 'places',
    setup(builder) {
      builder.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
        const name = `./${relative(home, join(resolveDir, path))}`;
        if (keep[name]) return { path: keep[name], external: true };
        const instead = replace[name] ?? replace[path];
        return instead ? { path: instead } : undefined;
      });
    },
  };
  await build({
    entryPoints: [entry],
    outfile: to,
    bundle: true,
    format,
    target,
    // Not a matter of syntax: whoever has modules at all and loads a module has this.
    supported: { 'import-meta': true },
    platform,
    // What a page fetches is small, with names that a stack trace can be read by.
    minifySyntax: platform !== 'node',
    minifyWhitespace: platform !== 'node',
    legalComments: 'eof',
    // Libraries of old ask for Node's modules by `require`.
    banner: platform !== 'node' ? { js: isOld ? GLOBAL : '' } : { js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);" },
    nodePaths: [join(dirname(home), 'node_modules')],
    plugins: [places],
    logLevel: 'warning',
  });
}
