/** What config.json of a network's folder calls itself. */
export const NETWORK_TYPE = "unrolled-network";
/** The version that is written. */
export const FORMAT_VERSION = 2;
