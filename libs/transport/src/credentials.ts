/** What a call carries to prove that it belongs to the run. How it travels (token, certificate) is the adapter's affair. */
export interface Credentials {
  readonly run: string;
  /** Random, one per run; never in a log or a record. */
  readonly token: string;
}

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}
