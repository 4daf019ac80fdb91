-- compatible: every look-up by an argument had to read through the index's list of pending entries, up to 4 MB
ALTER INDEX "facts_argument_keys" SET (fastupdate = off);
--> statement-breakpoint
SELECT gin_clean_pending_list('facts_argument_keys');
