-- Apps take turns in the inbox: what is due is claimed app by app.
CREATE INDEX store_notifications_due_of_app ON store_notifications (app_seq, due_at, notice_no) WHERE due_at IS NOT NULL;
DROP INDEX store_notifications_due;
