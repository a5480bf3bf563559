/** What can be copied into a table: pieces of the format that the COPY statement names, cut anywhere. */
export type Pieces = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>
