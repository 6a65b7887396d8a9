/** API groups whose definitions no package that we pin carries: their resources are parsed and held to the policies, no more. */
export const groupsWithoutSchema: Readonly<Record<string, string>> = {
  'kafka.strimzi.io': "Strimzi's definitions are made from its classes by a generator on Maven that needs Java 21, and the platform asks for 17",
  'barmancloud.cnpg.io': "the plug-in's definitions are in its own repository, which is no dependency of ours",
  'redis.redis.opstreelabs.in': "the operator's definitions are in its chart only",
}
