export function findRedis(environment?: Readonly<Record<string, string | undefined>>): string | undefined;
export function ensureRedis(say?: (text: string) => void): string | undefined;
