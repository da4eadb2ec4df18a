// Verifies one webhook with the Standard Webhooks reference library.
// Standard input: {"secret", "headers", "body"}. Exit code 0 when it verifies.
const { Webhook } = require("standardwebhooks");

const input = JSON.parse(require("fs").readFileSync(0, "utf8"));
new Webhook(input.secret).verify(input.body, input.headers);
