import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "app", environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"] } });
