ALTER TABLE "people" ADD COLUMN "is_heard" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "allows_transcripts" boolean DEFAULT false NOT NULL;