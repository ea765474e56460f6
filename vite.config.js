// Builds every <name>.{ts,scss} of linli/<app>/assets and linli/programs/<app>/assets into linli/web/static/web/<app>/.
// Names starting with "_" are parts, not entries. Django's manifest storage adds the content hash, so none is added here.
import { globSync } from "node:fs";
import { basename, dirname } from "node:path";
import { defineConfig } from "vite";

const entries = Object.fromEntries(
  globSync("linli/{,programs/}*/assets/[!_]*.{ts,scss}")
    .filter((file) => !file.endsWith(".d.ts"))
    .map((file) => [`${basename(dirname(dirname(file)))}/${basename(file)}`, file]),
);

export default defineConfig({
  publicDir: "linli/web/public",
  css: {
    preprocessorOptions: {
      scss: { loadPaths: ["node_modules"], quietDeps: true, silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"] },
    },
  },
  build: {
    outDir: "linli/web/static/web",
    emptyOutDir: true,
    target: "es2019",
    modulePreload: false,
    rollupOptions: {
      input: entries,
      // htmx holds an eval for attributes that we have switched off and that the Content-Security-Policy forbids.
      onLog: (level, log, log_it) => (log.code === "EVAL" ? undefined : log_it(level, log)),
      output: {
        entryFileNames: (chunk) => chunk.name.replace(/\.(ts|scss)$/, "") + ".js",
        chunkFileNames: "shared/[name].js",
        assetFileNames: (asset) => (asset.names[0] ?? "asset").replace(/\.scss\.css$/, ".css").replace(/\.scss$/, ".css"),
      },
    },
  },
});
