/** Who publishes, and under which terms. */
export interface Publisher {
  readonly organisation: string;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  readonly licence: string;
}
