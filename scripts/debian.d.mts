/** Whether a package can be installed here without asking anybody. */
export function canInstall(): boolean;
/** Installs one of Debian's packages. Throws an Error where that fails. */
export function installDebians(name: string): void;
