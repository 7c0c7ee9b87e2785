// The calls of this server, tried out with the session of the browser where there is one.
"use strict";
const session = fetch("session").then((answer) => (answer.ok ? answer.json() : {}), () => ({}));
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "list",
  requestInterceptor: async (request) => {
    const { csrf_token: token } = await session;
    if (token) request.headers["X-CSRF-Token"] = token;
    return request;
  },
});
