import { Hono } from 'hono';
import type { CoreEnv } from '../http.ts';
import { diagnose } from './diagnose.ts';

export const doctorRoutes = new Hono<CoreEnv>().get('/doctor', async (c) => c.json(await diagnose()));
