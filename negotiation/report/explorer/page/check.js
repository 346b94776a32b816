/* A certificate is decided by the package's own kernel, in Python, which is loaded when one is dropped. */
"use strict";
(function () {
  if (!LOOK.checker) return;
  let parts, python;

  function script(file) {
    return new Promise((resolve, reject) => {
      const node = look.make("script", { src: "checker/" + file, onload: resolve,
        onerror: () => reject(new Error(`the file checker/${file} is missing; copy the whole folder`)) });
      document.head.append(node);
    });
  }

  /* Bytes of a part that was stored as gzipped base64 in a script. */
  async function unpacked(name) {
    await script(name + ".js");
    const packed = Uint8Array.from(atob(LOOK_CHECKER[name]), (letter) => letter.charCodeAt(0));
    delete LOOK_CHECKER[name];
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  /* Python in this page. A page from disk may not fetch, so what it would fetch is answered from memory. */
  async function load() {
    await script("kernel.js");
    const files = { "pyodide.asm.wasm": await unpacked("wasm"), "python_stdlib.zip": await unpacked("stdlib") };
    await script("pyodide.asm.js");
    await script("pyodide.js");
    const fetched = globalThis.fetch;
    globalThis.fetch = (address) => {
      const name = String(address.url || address).split(/[?#]/)[0].split("/").pop();
      if (!files[name]) return Promise.reject(new TypeError(`nothing is loaded from elsewhere, and so not ${name}`));
      const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
      return Promise.resolve(new Response(files[name], { headers: { "Content-Type": type } }));
    };
    try {
      const made = await loadPyodide({ indexURL: "memory/", lockFileContents: LOOK_CHECKER.lock, packageBaseUrl: "memory/" });
      made.FS.writeFile("check_certificate.py", LOOK_CHECKER.kernel);
      return made;
    } finally {
      globalThis.fetch = fetched;
    }
  }

  async function decide(name, bytes) {
    parts.said.textContent = python ? "Deciding ..." : "Loading Python, some seconds ...";
    parts.answer.textContent = "";
    try {
      python = python || load();
      const made = await python;
      made.FS.writeFile("certificate.json", bytes);
      const result = made.runPython(`
import contextlib, io, runpy, sys
sys.argv = ["check_certificate.py", "certificate.json"]
said, status = io.StringIO(), 0
with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
    try:
        runpy.run_path("check_certificate.py", run_name="__main__")
    except SystemExit as end:
        status = end.code or 0
[int(status), said.getvalue()]
`).toJs();
      const answers = ["Every claim holds.", "At least one claim does not hold.", "The file is no certificate that the kernel reads."];
      parts.answer.replaceChildren(look.word(["holds", "breaks", "other"][result[0]]), " ", answers[result[0]] || result[0]);
      parts.said.textContent = result[1].replaceAll("certificate.json", name);
    } catch (error) {
      python = undefined;
      parts.said.textContent = `The kernel could not run: ${error.message}.`;
    }
  }

  async function take(file) {
    if (file) await decide(file.name, new Uint8Array(await file.arrayBuffer()));
  }

  function example(wrong) {
    return () => decide(wrong ? "wrong.json" : "example.json", new TextEncoder().encode(LOOK.checker[wrong ? "wrong" : "example"]));
  }

  look.sections.check = {
    title: "Check a certificate",
    build() {
      const input = look.make("input", { type: "file", id: "file", accept: ".json", onchange: () => take(input.files[0]) });
      const drop = look.make("div", { id: "drop" }, look.make("label", { htmlFor: "file" },
        "Drop a certificate here, or choose its file: "), input);
      drop.ondragover = (event) => { event.preventDefault(); drop.className = "over"; };
      drop.ondragleave = () => { drop.className = ""; };
      drop.ondrop = (event) => { event.preventDefault(); drop.className = ""; take(event.dataTransfer.files[0]); };
      parts = { answer: look.make("p", { className: "answer", id: "decided", "aria-live": "assertive" }), said: look.make("pre", { id: "said" }) };
      return look.make("section", {}, look.make("h2", {}, "Check a certificate"), look.make("p", {},
        "A certificate is a file with a game and claims about it, such as an equilibrium. The same program decides it here that decides it " +
        "on the command line, in exact arithmetic and on Python's standard library alone."), drop,
      look.make("div", { className: "buttons" }, look.make("button", { type: "button", onclick: example(false) }, "Try an example"),
        look.make("button", { type: "button", onclick: example(true) }, "Try a wrong one")), parts.answer, parts.said);
    },
    restore() { look.place("check", {}); },
  };
})();
