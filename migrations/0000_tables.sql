-- breaking: everything begins here
CREATE EXTENSION IF NOT EXISTS vector;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE TABLE "embedding_queue" (
	"space" integer NOT NULL,
	"fact" bigint NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"error" text,
	CONSTRAINT "embedding_queue_space_fact_pk" PRIMARY KEY("space","fact")
);
--> statement-breakpoint
CREATE TABLE "embedding_spaces" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "embedding_spaces_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"knowledge_base" integer NOT NULL,
	"model" text NOT NULL,
	"dimensions" integer NOT NULL,
	"fingerprint" text NOT NULL,
	"state" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"activated_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "facts" (
	"knowledge_base" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "facts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"predicate" text NOT NULL,
	"arity" smallint NOT NULL,
	"prolog" text NOT NULL,
	"arguments" jsonb NOT NULL,
	"argument_keys" bigint[] NOT NULL,
	"hash" "bytea" NOT NULL,
	"sentence" text,
	"sentence_from_template" boolean DEFAULT false NOT NULL,
	"sentence_lexemes" "tsvector" GENERATED ALWAYS AS (to_tsvector('english', coalesce(sentence, ''))) STORED,
	"confidence" double precision NOT NULL,
	"source" text,
	"metadata" jsonb,
	"asserted_in" bigint NOT NULL,
	"retracted_in" bigint,
	CONSTRAINT "facts_knowledge_base_id_pk" PRIMARY KEY("knowledge_base","id"),
	CONSTRAINT "facts_confidence" CHECK (confidence > 0 and confidence <= 1)
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "jobs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"knowledge_base" integer NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"payload" jsonb NOT NULL,
	"done" bigint DEFAULT 0 NOT NULL,
	"total" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "knowledge_bases" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "knowledge_bases_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"revision" bigint DEFAULT 0 NOT NULL,
	"fact_count" bigint DEFAULT 0 NOT NULL,
	"sentence_count" bigint DEFAULT 0 NOT NULL,
	"lexeme_count" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "knowledge_bases_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "lexemes" (
	"knowledge_base" integer NOT NULL,
	"lexeme" text NOT NULL,
	"documents" bigint NOT NULL,
	CONSTRAINT "lexemes_knowledge_base_lexeme_pk" PRIMARY KEY("knowledge_base","lexeme")
);
--> statement-breakpoint
CREATE TABLE "predicates" (
	"knowledge_base" integer NOT NULL,
	"name" text NOT NULL,
	"arity" smallint NOT NULL,
	"fact_count" bigint NOT NULL,
	CONSTRAINT "predicates_knowledge_base_name_arity_pk" PRIMARY KEY("knowledge_base","name","arity")
);
--> statement-breakpoint
CREATE TABLE "revisions" (
	"knowledge_base" integer NOT NULL,
	"number" bigint NOT NULL,
	"committed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "revisions_knowledge_base_number_pk" PRIMARY KEY("knowledge_base","number")
);
--> statement-breakpoint
CREATE TABLE "rule_modules" (
	"knowledge_base" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "rule_modules_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"source" text NOT NULL,
	"enabled" boolean NOT NULL,
	"asserted_in" bigint NOT NULL,
	"retracted_in" bigint,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "rule_modules_knowledge_base_id_pk" PRIMARY KEY("knowledge_base","id")
);
--> statement-breakpoint
ALTER TABLE "embedding_queue" ADD CONSTRAINT "embedding_queue_space_embedding_spaces_id_fk" FOREIGN KEY ("space") REFERENCES "public"."embedding_spaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "embedding_spaces" ADD CONSTRAINT "embedding_spaces_knowledge_base_knowledge_bases_id_fk" FOREIGN KEY ("knowledge_base") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "facts" ADD CONSTRAINT "facts_knowledge_base_knowledge_bases_id_fk" FOREIGN KEY ("knowledge_base") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_knowledge_base_knowledge_bases_id_fk" FOREIGN KEY ("knowledge_base") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lexemes" ADD CONSTRAINT "lexemes_knowledge_base_knowledge_bases_id_fk" FOREIGN KEY ("knowledge_base") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "predicates" ADD CONSTRAINT "predicates_knowledge_base_knowledge_bases_id_fk" FOREIGN KEY ("knowledge_base") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_knowledge_base_knowledge_bases_id_fk" FOREIGN KEY ("knowledge_base") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rule_modules" ADD CONSTRAINT "rule_modules_knowledge_base_knowledge_bases_id_fk" FOREIGN KEY ("knowledge_base") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "embedding_spaces_active" ON "embedding_spaces" USING btree ("knowledge_base") WHERE state = 'ACTIVE';--> statement-breakpoint
CREATE UNIQUE INDEX "facts_live_hash" ON "facts" USING btree ("knowledge_base","hash") WHERE retracted_in is null;--> statement-breakpoint
CREATE INDEX "facts_predicate" ON "facts" USING btree ("knowledge_base","predicate","arity","id");--> statement-breakpoint
CREATE INDEX "facts_asserted" ON "facts" USING btree ("knowledge_base","asserted_in");--> statement-breakpoint
CREATE INDEX "facts_retracted" ON "facts" USING btree ("knowledge_base","retracted_in") WHERE retracted_in is not null;--> statement-breakpoint
CREATE INDEX "facts_argument_keys" ON "facts" USING gin ("argument_keys");--> statement-breakpoint
CREATE INDEX "facts_lexemes" ON "facts" USING gin ("sentence_lexemes");--> statement-breakpoint
CREATE INDEX "jobs_state" ON "jobs" USING btree ("knowledge_base","state","id");--> statement-breakpoint
CREATE INDEX "revisions_time" ON "revisions" USING btree ("knowledge_base","committed_at");--> statement-breakpoint
CREATE UNIQUE INDEX "rule_modules_live" ON "rule_modules" USING btree ("knowledge_base","name") WHERE retracted_in is null;