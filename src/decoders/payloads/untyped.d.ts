/** The little that is used of packages without types, or with types for Node alone. */
declare module 'protocol-buffers-schema' {
  export interface ParsedField {
    readonly name: string;
    /** `map` for a map. */
    readonly type: string;
    readonly tag: number;
    readonly map: { readonly from: string; readonly to: string } | null;
    readonly repeated: boolean;
  }
  export interface ParsedEnum {
    readonly name: string;
    readonly values: Readonly<Record<string, { readonly value: number }>>;
  }
  export interface ParsedMessage {
    readonly name: string;
    readonly enums: readonly ParsedEnum[];
    readonly messages: readonly ParsedMessage[];
    readonly fields: readonly ParsedField[];
  }
  export interface ParsedSchema {
    readonly package: string | null;
    readonly enums: readonly ParsedEnum[];
    readonly messages: readonly ParsedMessage[];
  }
  /** Throws an Error whose message says what was expected. */
  export function parse(text: string): ParsedSchema;
}

declare module 'phoenix' {
  export interface PhoenixMessage {
    readonly join_ref: string | null;
    readonly ref: string | null;
    readonly topic: string;
    readonly event: string;
    readonly payload: ArrayBuffer | { readonly status: string; readonly response: unknown };
  }
  export const Serializer: {
    /** Gives undefined for a kind of message that it does not know. */
    decode(raw: ArrayBuffer | string, callback: (message: PhoenixMessage | undefined) => void): void;
  };
}
