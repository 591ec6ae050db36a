CREATE TABLE "conversations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"place_id" text NOT NULL,
	"kind" text NOT NULL,
	"guild_id" text,
	"parent_id" text,
	"erasures" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "forgettings" (
	"person_id" uuid NOT NULL,
	"place_id" text NOT NULL,
	"forgotten_at" timestamp with time zone NOT NULL,
	CONSTRAINT "forgettings_person_id_place_id_pk" PRIMARY KEY("person_id","place_id")
);
--> statement-breakpoint
CREATE TABLE "identities" (
	"platform" text NOT NULL,
	"platform_user_id" text NOT NULL,
	"person_id" uuid NOT NULL,
	"display_name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "identities_platform_platform_user_id_pk" PRIMARY KEY("platform","platform_user_id")
);
--> statement-breakpoint
CREATE TABLE "message_marks" (
	"platform" text NOT NULL,
	"platform_user_id" text NOT NULL,
	"message_id" text NOT NULL,
	"amended_text" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "message_marks_platform_platform_user_id_message_id_pk" PRIMARY KEY("platform","platform_user_id","message_id")
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" uuid PRIMARY KEY NOT NULL,
	"preferred_name" text,
	"locale" text,
	"keeps_history" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"scope" text NOT NULL,
	"key" text NOT NULL,
	"value" json NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "settings_scope_key_pk" PRIMARY KEY("scope","key")
);
--> statement-breakpoint
CREATE TABLE "summaries" (
	"conversation_id" uuid PRIMARY KEY NOT NULL,
	"text" text NOT NULL,
	"through_turn_id" text NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "turns" (
	"id" text PRIMARY KEY NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "turns_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"conversation_id" uuid NOT NULL,
	"platform" text NOT NULL,
	"platform_user_id" text NOT NULL,
	"message_id" text NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"keeps_history" boolean NOT NULL,
	"text" text,
	"locale" text,
	"replaced_by" text,
	"reply" text,
	"notice" text,
	"usage" json,
	"deliver_to" json,
	"delivered_message_ids" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"delivered_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "forgettings" ADD CONSTRAINT "forgettings_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "summaries" ADD CONSTRAINT "summaries_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "summaries" ADD CONSTRAINT "summaries_through_turn_id_turns_id_fk" FOREIGN KEY ("through_turn_id") REFERENCES "public"."turns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "turns" ADD CONSTRAINT "turns_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "turns" ADD CONSTRAINT "turns_identity" FOREIGN KEY ("platform","platform_user_id") REFERENCES "public"."identities"("platform","platform_user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "turns" ADD CONSTRAINT "turns_replaced_by" FOREIGN KEY ("replaced_by") REFERENCES "public"."turns"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_place" ON "conversations" USING btree ("platform","place_id");--> statement-breakpoint
CREATE INDEX "identities_person" ON "identities" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "message_marks_age" ON "message_marks" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "turns_message" ON "turns" USING btree ("platform","platform_user_id","message_id");--> statement-breakpoint
CREATE INDEX "turns_history" ON "turns" USING btree ("conversation_id","position");--> statement-breakpoint
CREATE INDEX "turns_replaced" ON "turns" USING btree ("replaced_by") WHERE "turns"."replaced_by" is not null;--> statement-breakpoint
CREATE INDEX "turns_undelivered" ON "turns" USING btree ("platform","finished_at") WHERE "turns"."delivered_at" is null and "turns"."deliver_to" is not null;--> statement-breakpoint
CREATE INDEX "turns_private" ON "turns" USING btree ("finished_at") WHERE not "turns"."keeps_history" and "turns"."reply" is not null;