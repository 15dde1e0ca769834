"""Responses that came from anywhere: read them, match them with their problems, grade them, and
say how many were right. Nothing of a responses file is lost, and none of it is believed."""
