-- KEYS switched off; ARGV provider, on, switched off for
redis.call(ARGV[2] == '1' and 'SREM' or 'SADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
