/** The SHA-256 of some bytes, in lower-case hexadecimal. Given by the application: the domain has no cryptography of its own. */
export type Sha256 = (content: Uint8Array) => string;
