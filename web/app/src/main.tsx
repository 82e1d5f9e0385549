import "./styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { LabelsProvider, ToastProvider, TooltipProvider } from "@madang/ui";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queries } from "./api.ts";
import { App } from "./app.tsx";
import { labels } from "./i18n/common.ts";
import { useMessages } from "./i18n/tables.ts";
import { fetchLater } from "./router.tsx";

function Root() {
  return (
    <LabelsProvider labels={useMessages(labels)}>
      <TooltipProvider>
        <ToastProvider>
          <App />
        </ToastProvider>
      </TooltipProvider>
    </LabelsProvider>
  );
}

fetchLater();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Root />
    </QueryClientProvider>
  </StrictMode>,
);
