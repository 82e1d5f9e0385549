import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const BACKEND = process.env["MADANG_BACKEND_URL"] ?? "http://127.0.0.1:8700";

export default defineConfig({
  plugins: [react(), tailwind(), packed()],
  build: {
    outDir: "../../src/madang/backend/static",
    emptyOutDir: true,
    // The content security policy allows no data: scripts and fonts, and files of their own are cached for good.
    assetsInlineLimit: 0,
    target: "es2022",
    rollupOptions: {
      output: {
        manualChunks: (id) => (/node_modules\/(react|react-dom|scheduler|@tanstack)\//.test(id) ? "vendor" : undefined),
      },
    },
  },
  server: {
    // The backend takes pages of its own origin only, so in development its origin is put in place of the page's.
    proxy: Object.fromEntries(
      ["/api", "/sign-in", "/healthz", "/readyz"].map((path) => [
        path,
        { target: BACKEND, changeOrigin: true, ws: true, headers: { origin: BACKEND } },
      ]),
    ),
  },
});

/** Beside each text file its brotli and gzip forms, which the backend sends to who takes them. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (!/\.(js|css|svg)$/.test(file.fileName)) continue;
          const source = Buffer.from(file.type === "chunk" ? file.code : file.source);
          if (source.length < 1024) continue;
          const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
          this.emitFile({
            type: "asset",
            fileName: `${file.fileName}.br`,
            source: brotliCompressSync(source, quality),
          });
          this.emitFile({ type: "asset", fileName: `${file.fileName}.gz`, source: gzipSync(source, { level: 9 }) });
        }
      },
    },
  };
}
