# docker build -t kratos-sms-gateway .
# docker run -p 127.0.0.1:8080:8080 -e GATEWAY_API_KEY=… -e ALLOWED_COUNTRIES=DE -e TWILIO_ACCOUNT_SID=… … kratos-sms-gateway
# A gateway.yaml goes to /app/gateway.yaml. Commands: docker run --rm kratos-sms-gateway segments "Hello"
FROM node:24.11.1-bookworm-slim AS build
WORKDIR /app
# In a layer of their own: the dependencies change more seldom than the sources.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY build.mjs tsconfig.json tsconfig.types.json ./
COPY build build
COPY src src
RUN npm run build

# The C and C++ libraries that Node needs, CA certificates and nothing else: no shell, no npm, no package manager. Its tag moves with
# Debian's security updates; Node's version is the one above.
FROM gcr.io/distroless/cc-debian13:nonroot
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /usr/local/bin/node /usr/local/bin/node
# With all that it uses in it: there is no node_modules.
COPY --from=build /app/dist dist
COPY package.json LICENSE gateway.example.yaml ./
COPY courier-jsonnet courier-jsonnet
# `nonroot`, by number, so that Kubernetes sees that it is not root. Nothing in /app belongs to this user, and nothing is written.
USER 65532:65532
EXPOSE 8080 8081 8026
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["node", "dist/main.js", "ready"]
ENTRYPOINT ["node", "dist/main.js"]
