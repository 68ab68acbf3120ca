"""What is issued: certificate profiles, requests, lint before the signature, issue."""
