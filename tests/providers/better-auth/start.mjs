// A minimal host app for Better Auth with its OAuth provider plugin. Better Auth has no pages, and sends no CORS
// headers for other origins. This host app adds both. It keeps its data in memory.
import { createServer } from "node:http";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { oauthProvider } from "@better-auth/oauth-provider";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { jwt } from "better-auth/plugins";

const { PORT, APP_URL, REDIRECT_URI, POST_LOGOUT_REDIRECT_URI, DATA_DIR } = process.env;
const home = `http://localhost:${PORT}`;
const app = new URL(APP_URL).origin;

// The data of Better Auth, as lists of rows. A restart reads the client, the user and the key from the file. The file
// has no sessions.
const file = `${DATA_DIR}/rows.json`;
const isDate = (value) => typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
const kept = existsSync(file)
    ? JSON.parse(readFileSync(file, "utf8"), (_, value) => (isDate(value) ? new Date(value) : value))
    : undefined;
const models = ["user", "session", "account", "verification", "jwks", "oauthClient", "oauthResource"];
models.push("oauthClientResource", "oauthClientAssertion", "oauthRefreshToken", "oauthAccessToken", "oauthConsent");
const rows = kept?.rows ?? Object.fromEntries(models.map((model) => [model, []]));
const secret = kept?.secret ?? randomBytes(32).toString("hex");

const auth = betterAuth({
    baseURL: home,
    secret,
    database: memoryAdapter(rows),
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: "error" },
    trustedOrigins: [app],
    disabledPaths: ["/token"],
    plugins: [
        jwt({ disableSettingJwtHeader: true }),
        oauthProvider({
            loginPage: "/login",
            consentPage: "/consent",
            // Without this page, prompt=select_account leads to an error page of the provider.
            selectAccount: { page: "/account", shouldRedirect: () => false },
            silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
        }),
    ],
});

if (!kept) {
    const user = { email: "kari.nordmann@example.com", password: "Fjord-and-fell-42", name: "Kari Nordmann" };
    const { headers } = await auth.api.signUpEmail({ body: user, returnHeaders: true });
    // Only a signed-in user can create a client. The session of this user is removed below.
    const cookie = headers.getSetCookie().map((set) => set.split(";")[0]).join("; ");
    await auth.api.adminCreateOAuthClient({
        headers: new Headers({ cookie }),
        body: {
            client_name: "The app",
            // A client of the type "web" cannot have a redirect URI on a loopback address.
            application_type: "native",
            redirect_uris: [REDIRECT_URI],
            post_logout_redirect_uris: [POST_LOGOUT_REDIRECT_URI],
            token_endpoint_auth_method: "none",
            grant_types: ["authorization_code"],
            response_types: ["code"],
            scope: "openid profile email",
            // Without this, a sign-out is rejected.
            enable_end_session: true,
        },
    });
    await auth.api.getJwks();
    rows.session.length = 0;
    writeFileSync(file, JSON.stringify({ secret, rows }));
}
const client_id = rows.oauthClient[0].clientId;
const { version } = JSON.parse(readFileSync("node_modules/@better-auth/oauth-provider/package.json", "utf8"));

const pages = readFileSync(new URL("pages.html", import.meta.url));
const handler = toNodeHandler(auth);
// The app calls these endpoints from another origin, without cookies.
const forTheApp = ["/.well-known/openid-configuration", "/jwks", "/oauth2/token", "/oauth2/userinfo"];

const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, home);
    response.on("finish", () => console.error(response.statusCode, request.method, pathname));
    if (forTheApp.some((path) => pathname === `/api/auth${path}`)) {
        response.setHeader("access-control-allow-origin", app);
        response.setHeader("vary", "origin");
        if (request.method === "OPTIONS") {
            response.setHeader("access-control-allow-headers", "authorization, content-type");
            response.setHeader("access-control-allow-methods", "GET, POST");
            return response.writeHead(204).end();
        }
    }
    if (pathname === "/api/auth/.well-known/openid-configuration") {
        response.setHeader("content-type", "application/json");
        return response.end(JSON.stringify(await auth.api.getOpenIdConfig()));
    }
    if (pathname.startsWith("/api/auth/")) return handler(request, response);
    if (["/login", "/consent", "/account"].includes(pathname)) {
        response.setHeader("content-type", "text/html; charset=utf-8");
        response.setHeader("cache-control", "no-store");
        return response.end(pages);
    }
    response.writeHead(404, { "content-type": "text/plain" }).end("Not found");
});

server.listen(Number(PORT), "127.0.0.1", () => {
    const config = { client_id, scopes: ["openid", "profile", "email"], id_token_signed_response_alg: "EdDSA" };
    console.log(JSON.stringify({ issuer: `${home}/api/auth`, version, config }));
});
process.on("SIGTERM", () => process.exit(0));
