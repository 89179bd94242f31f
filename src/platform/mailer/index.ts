export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `tls`: from the first byte (465); `starttls`: required before anything is said; `none`: only for a relay on a trusted network. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly user: string | null;
  readonly password: string | null;
}

export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Without angle brackets; the same again is the same mail. */
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type MailOutcome =
  | { readonly kind: 'accepted'; readonly answer: string }
  /** `code` of SMTP: 4xx passes, 5xx stays. */
  | {
      readonly kind: 'refused';
      readonly code: number;
      readonly answer: string;
      /** Whether the refusal is about this mail or its recipient, and not about the server or us. */
      readonly isAboutMail: boolean;
    };

/** Outgoing mail. Throws an `AppError` when the server cannot be reached or does not speak as it should. */
export interface Mailer {
  readonly send: (server: MailServer, mail: Mail) => Promise<MailOutcome>;
}
