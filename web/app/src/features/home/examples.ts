/** One call of the API, ready to be run with a key in MADANG_API_KEY. */
export function examples(origin: string): readonly { id: string; label: string; code: string }[] {
  const url = `${origin}/api/session`;
  return [
    { id: "curl", label: "curl", code: `curl ${url} \\\n  -H "Authorization: Bearer $MADANG_API_KEY"` },
    {
      id: "python",
      label: "Python",
      code: [
        "import json, os, urllib.request",
        "",
        "request = urllib.request.Request(",
        `    "${url}",`,
        '    headers={"Authorization": "Bearer " + os.environ["MADANG_API_KEY"]},',
        ")",
        "print(json.load(urllib.request.urlopen(request)))",
      ].join("\n"),
    },
    {
      id: "javascript",
      label: "JavaScript",
      code: [
        `const response = await fetch("${url}", {`,
        "  headers: { Authorization: `Bearer ${process.env.MADANG_API_KEY}` },",
        "});",
        "console.log(await response.json());",
      ].join("\n"),
    },
  ];
}
