/**
 * Credentials of a function's role, as Lambda puts them into its environment (Lambda developer guide, "Defined runtime
 * environment variables"). Takes the place of the SDK's chain when the functions are bundled: that looks there first as
 * well, and brings 90 KB of ways that no function has (profiles, single sign-on, other roles).
 */

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Named as in the package whose place it takes. */
export const defaultProvider = () => async (): Promise<Credentials> => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey) {
    const missing = accessKeyId ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID';
    throw new Error(`the environment variable ${missing} is not set: in Lambda it holds the credentials of the role`);
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
};
