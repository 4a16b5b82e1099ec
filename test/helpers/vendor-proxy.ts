import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** What a proxy does with a CONNECT request. */
export type ProxyBehaviour = "tunnel" | "refuse" | "close" | "hang";

/** A CONNECT proxy on a real socket. */
export interface Proxy {
  url: string;
  /** `host:port` of every CONNECT request, in order. */
  tunnels: string[];
  /** The `Proxy-Authorization` of every CONNECT request. */
  authorizations: (string | undefined)[];
  close(): Promise<void>;
}

/** Starts a proxy that tunnels, or that misbehaves. */
export async function startProxy(behaviour: ProxyBehaviour = "tunnel"): Promise<Proxy> {
  const tunnels: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("connect", (request, client: Socket) => {
    tunnels.push(request.url ?? "");
    authorizations.push(request.headers["proxy-authorization"]);
    BEHAVIOURS[behaviour](client, request.url ?? "", sockets);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    authorizations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const BEHAVIOURS: Record<ProxyBehaviour, (client: Socket, target: string, sockets: Set<Socket>) => void> = {
  tunnel(client, target, sockets) {
    const [host, port] = target.split(":");
    const upstream = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on("error", () => client.destroy());
    client.on("error", () => upstream.destroy());
  },
  refuse: (client) => client.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"),
  close: (client) => client.destroy(),
  hang: () => {},
};
