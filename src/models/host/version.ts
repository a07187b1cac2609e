/** Version of the numbers: raised whenever any result changes. `scenarios/versions.json` says which results it stands for. */
export const MODEL_VERSION = 6
