/** What connections to Redis say while they work, and what leans on them. */
export type RedisEvent =
  | {
      readonly type: 'redis.connected'
      /** The connection's name. */
      readonly connection: string
      /** How often it has been connected so far, this time included. */
      readonly connects: number
    }
  | {
      /** It is not connected any more, or could not be connected. It goes on trying. */
      readonly type: 'redis.lost'
      readonly connection: string
      /** Why, when somebody said so. */
      readonly error: unknown
    }
  | {
      /** A command failed, took too long, or was refused because there is no connection. */
      readonly type: 'redis.failed'
      readonly connection: string
      readonly error: unknown
      /** Commands that failed so far. */
      readonly failed: number
    }
  | {
      /**
       * A command was answered, or is lost. It is said in the async context of whoever sent it, and a pipeline or transaction
       * as one command.
       */
      readonly type: 'redis.command'
      readonly connection: string
      /** `GET`; `PIPELINE` or `MULTI`, with the name behind it when all in it have the same. Keys and values are not told. */
      readonly operation: string
      /** How many commands it was. */
      readonly size: number
      readonly tookMs: number
      /** What it failed with, the first of several; undefined when it went well. */
      readonly error: unknown
    }
