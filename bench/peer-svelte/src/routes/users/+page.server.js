import { error } from '@sveltejs/kit';
import { people } from '$lib/directory.server.js';

export function load({ url }) {
  const found = people(url.searchParams.get('tenant') ?? '');
  if (!found) error(404, 'There is no such tenant.');
  return { now: Date.now(), ...found };
}
