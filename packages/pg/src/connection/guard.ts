import type Pg from 'pg'

/**
 * Bytes that are not PostgreSQL's make the parser of `pg` throw (8.23), in the middle of an event of the socket, where
 * nobody catches it: the process would end. Here it ends the connection.
 */
export const guard = (client: Pg.Client): void => {
  if (client.ssl) client.connection.once('sslconnect', () => guardStream(client.connection.stream))
  else guardStream(client.connection.stream)
}

const guardStream = (stream: Pg.Connection['stream']): void => {
  for (const parse of stream.listeners('data')) {
    stream.off('data', parse as (bytes: Buffer) => void)
    stream.on('data', (bytes: Buffer) => {
      try {
        parse(bytes)
      } catch (error) {
        stream.destroy(error as Error)
      }
    })
  }
}
