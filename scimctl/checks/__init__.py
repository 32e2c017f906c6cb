"""What has to be right before the first `up`: each check is a judgement of what was observed, without effects."""
