// Reads a document from standard input, writes what the tool named by the first argument makes of it.
"use strict";
const fs = require("fs");
const data = fs.readFileSync(0);
const html = () => data.toString("utf-8");

const tools = {
  turndown: () => new (require("turndown"))().turndown(html()),
  turndown_gfm: () => {
    const service = new (require("turndown"))();
    service.use(require("turndown-plugin-gfm").gfm);
    return service.turndown(html());
  },
  cheerio_text: () => require("cheerio").load(html())("body").text(),
  html_to_text: () => require("html-to-text").convert(html(), { wordwrap: false }),
  html_to_text_tables: () =>
    require("html-to-text").convert(html(), {
      wordwrap: false,
      selectors: [{ selector: "table", format: "dataTable", options: { maxColumnWidth: 60 } }],
    }),
  pdf_parse: async () => {
    const { PDFParse } = require("pdf-parse");
    const parser = new PDFParse({ data: new Uint8Array(data) });
    return (await parser.getText()).text;
  },
};

Promise.resolve(tools[process.argv[2]]()).then((text) => process.stdout.write(text));
