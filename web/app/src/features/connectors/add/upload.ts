import { take } from "@madang/sdk";
import { madang } from "../../../api.ts";

export interface Sent {
  done: number;
  total: number;
}

/** Upload a document; gives the id by which an import names it. */
export async function uploadDocument(
  document: Blob,
  onSent: (sent: Sent) => void,
  signal: AbortSignal,
): Promise<string> {
  const { id } = await take(
    madang.POST("/api/documents", {
      // The generated type of a binary body is string; what is sent is the blob itself.
      body: document as unknown as string,
      bodySerializer: (body) => body,
      headers: { "Content-Type": "application/octet-stream" },
      fetch: sender(document, onSent),
      signal,
    }),
  );
  return id;
}

/** `fetch` over XMLHttpRequest, which alone tells how much of a body is sent. */
function sender(body: Blob, onSent: (sent: Sent) => void): (request: Request) => Promise<Response> {
  return (request) =>
    new Promise((resolve, reject) => {
      const http = new XMLHttpRequest();
      http.open(request.method, request.url);
      http.responseType = "arraybuffer";
      request.headers.forEach((value, name) => http.setRequestHeader(name, value));
      http.upload.onprogress = ({ loaded, total }) => onSent({ done: loaded, total });
      http.onload = () => resolve(responseOf(http));
      http.onerror = () => reject(new TypeError("no answer"));
      http.onabort = () => reject(new DOMException("aborted", "AbortError"));
      request.signal.addEventListener("abort", () => http.abort());
      http.send(body);
    });
}

function responseOf(http: XMLHttpRequest): Response {
  const headers = new Headers({ "Content-Type": http.getResponseHeader("Content-Type") ?? "" });
  return new Response(http.response as ArrayBuffer, { status: http.status, statusText: http.statusText, headers });
}
