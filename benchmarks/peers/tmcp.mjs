import { createServer } from 'node:http'
import { createRequestListener } from '@remix-run/node-fetch-server'
import { listen } from './measured.mjs'
import { respond } from './tmcp/respond.mjs'

listen(createServer(createRequestListener(respond)))
