"""What has to be right before the first `up`: each check judges what was observed, without effects."""
