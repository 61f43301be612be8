import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Game } from './game.js';

const ROUTES = resolve(import.meta.dirname, '../src/console/app.rs');

/** Pages that are for people who have not signed in. */
export const DOORS = ['/login', '/login/code', '/invitation', '/setup'];

/** Every path of the console's route table, in its own words: `/projects/:project/apps`. */
export async function routes() {
  const source = await readFile(ROUTES, 'utf8');
  return [...source.matchAll(/<Route path=path!\("([^"]+)"\)/g)].map((match) => match[1]);
}

/** The path of a route, its parameters filled. A parameter that the world has no value for is an error. */
export function fill(route, world) {
  return route.replace(/:(\w+)/g, (_, name) => {
    if (!(name in world)) throw new Error(`nothing in the world for ${name} of ${route}`);
    return encodeURIComponent(world[name]);
  });
}

/** A project that has one of everything; the values of the routes' parameters. `page` is an administrator's. */
export async function makeWorld(purser, page) {
  const game = await Game.open(purser);
  await game.reserve('player-2');
  const refused = await game.reserve('player-3');
  const forged = { proof: { signedTransaction: 'x.y.z' } };
  await purser.call(`/api/v1/payments/${refused.paymentSeq}/verify`, { appKey: 'space-game-app-key', body: forged });
  await game.consume(await game.buy('player-1'));
  const paid = await game.buy('player-1');
  const { chainId } = await game.subscribe('player-1');
  // Nobody's purchase, told by the store alone.
  await game.sell(undefined, { player: 'stranger' });
  await game.pass(31);

  await page.goto('/');
  const project = (await page.getByRole('link', { name: 'Space game' }).first().getAttribute('href')).split('/').pop();
  await purser.run(['operator', 'add', 'support@example.com', '--role', 'SUPPORT', '--project', project], { input: 'a long enough password\n' });
  const last = async (path) => {
    await page.goto(path);
    return (await page.locator('main table tbody tr a').first().getAttribute('href')).split('/').pop();
  };
  return {
    project,
    app: String(paid.appSeq),
    product: String(paid.productSeq),
    payment: paid.paymentSeq,
    user: 'player-1',
    subscription: await last(`/projects/${project}/subscriptions`),
    notification: await last(`/projects/${project}/notifications`),
    operator: await last(`/projects/${project}/members`),
    chainId,
  };
}
