import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import ts from "typescript-eslint";

export default defineConfig(
  globalIgnores(["**/dist", "sdk/typescript/generated", "src", "docs", "tests", "tools", ".venv"]),
  {
    files: ["**/*.{ts,tsx}"],
    extends: [ts.configs.strictTypeChecked, hooks.configs.flat["recommended-latest"], a11y.flatConfigs.strict],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "max-lines": ["error", 300],
      complexity: ["error", 12],
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    files: ["web/app/public/*.js"],
    languageOptions: { sourceType: "script" },
  },
  {
    // What it virtualises re-renders by itself; the compiler, which could not, is not used.
    files: ["web/ui/src/table.tsx", "web/ui/src/json-tree.tsx"],
    rules: { "react-hooks/incompatible-library": "off" },
  },
);
