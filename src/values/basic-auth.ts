/** The value of an `Authorization` header. @see https://www.rfc-editor.org/rfc/rfc7617 */
export function basicAuth(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
