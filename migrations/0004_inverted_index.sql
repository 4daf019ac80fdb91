-- breaking: an older server would neither find new sentences by their words nor let others find them
CREATE TABLE "sentence_languages" (
	"knowledge_base" integer NOT NULL,
	"language" text NOT NULL,
	"sentences" bigint NOT NULL,
	CONSTRAINT "sentence_languages_knowledge_base_language_pk" PRIMARY KEY("knowledge_base","language")
);
--> statement-breakpoint
DROP INDEX "facts_lexemes";--> statement-breakpoint
ALTER TABLE "facts" ALTER COLUMN "sentence_lexemes" DROP EXPRESSION;--> statement-breakpoint
ALTER TABLE "embedding_spaces" ADD COLUMN "sparse" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "facts" ADD COLUMN "language" text DEFAULT 'english' NOT NULL;--> statement-breakpoint
ALTER TABLE "sentence_languages" ADD CONSTRAINT "sentence_languages_knowledge_base_knowledge_bases_id_fk" FOREIGN KEY ("knowledge_base") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "lexemes_similar" ON "lexemes" USING gin ("lexeme" gin_trgm_ops);
--> statement-breakpoint
INSERT INTO "sentence_languages" ("knowledge_base", "language", "sentences")
SELECT "id", 'english', "sentence_count" FROM "knowledge_bases" WHERE "sentence_count" > 0;
--> statement-breakpoint
-- The inverted index (see src/database/postings.ts). Range partitions, so that all words of all knowledge bases, whose
-- spaces are negative, share one. Never compressed nor out of line: a row has at most 2.7 kB.
CREATE TABLE postings (
  space integer NOT NULL,
  token bigint NOT NULL,
  block bigint NOT NULL,
  most real NOT NULL,
  facts smallint[] NOT NULL,
  weights real[] NOT NULL,
  lengths integer[],
  PRIMARY KEY (space, token, block)
) PARTITION BY RANGE (space);
--> statement-breakpoint
ALTER TABLE postings ALTER COLUMN facts SET STORAGE plain, ALTER COLUMN weights SET STORAGE plain,
  ALTER COLUMN lengths SET STORAGE plain;
--> statement-breakpoint
CREATE TABLE postings_words PARTITION OF postings FOR VALUES FROM (MINVALUE) TO (0);
--> statement-breakpoint
CREATE TABLE sparse_weights (
  space integer NOT NULL,
  fact bigint NOT NULL,
  weights sparsevec NOT NULL,
  PRIMARY KEY (space, fact)
) PARTITION BY LIST (space);
--> statement-breakpoint
INSERT INTO postings (space, token, block, most, facts, weights, lengths)
SELECT -f.knowledge_base, hashtextextended('english ' || w.lexeme, 0), f.id >> 8, max(cardinality(w.positions)),
  array_agg((f.id & 255)::smallint ORDER BY f.id), array_agg(cardinality(w.positions)::real ORDER BY f.id),
  array_agg(length(f.sentence_lexemes) ORDER BY f.id)
FROM facts f CROSS JOIN LATERAL unnest(f.sentence_lexemes) w
GROUP BY 1, 2, 3;
