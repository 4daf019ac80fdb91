-- breaking: an older server would not queue new sentences for spaces that are kept for going back
CREATE TABLE "projections" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "projections_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"knowledge_base" integer NOT NULL,
	"method" text NOT NULL,
	"fingerprint" text NOT NULL,
	"input_dimensions" integer NOT NULL,
	"dimensions" integer NOT NULL,
	"data" "bytea" NOT NULL,
	"checksum" text NOT NULL,
	"details" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "embedding_queue" ADD COLUMN "characters" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "embedding_queue" ADD COLUMN "sentence_hash" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "embedding_spaces" ADD COLUMN "projection" integer;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "space" integer;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "phase" text NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "verification" jsonb;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "rate" double precision;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "measured_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "leader" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "leader_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "paced_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "outage_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "projections" ADD CONSTRAINT "projections_knowledge_base_knowledge_bases_id_fk" FOREIGN KEY ("knowledge_base") REFERENCES "public"."knowledge_bases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "embedding_spaces" ADD CONSTRAINT "embedding_spaces_projection_projections_id_fk" FOREIGN KEY ("projection") REFERENCES "public"."projections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_space_embedding_spaces_id_fk" FOREIGN KEY ("space") REFERENCES "public"."embedding_spaces"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "embedding_queue_order" ON "embedding_queue" USING btree ("space","characters","sentence_hash","fact");--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_one_under_way" ON "jobs" USING btree ("knowledge_base","kind") WHERE state in ('QUEUED', 'RUNNING', 'PAUSED');