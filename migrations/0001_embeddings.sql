-- breaking: vectors, one partition per embedding space (see src/database/spaces.ts)
-- Half floats halve the table on a server; in WebAssembly they are slow. migrate.ts sets what this backend wants.
DO $$ BEGIN
  EXECUTE format('CREATE TABLE embeddings (
    space integer NOT NULL,
    fact bigint NOT NULL,
    embedding %I NOT NULL,
    PRIMARY KEY (space, fact)
  ) PARTITION BY LIST (space)', current_setting('corollary.vector_type'));
END $$;
--> statement-breakpoint
DO $$ BEGIN
  IF current_setting('corollary.bit_side_table')::boolean THEN
    CREATE TABLE embedding_bits (
      space integer NOT NULL,
      fact bigint NOT NULL,
      bits bit varying NOT NULL,
      PRIMARY KEY (space, fact)
    ) PARTITION BY LIST (space);
  END IF;
END $$;
