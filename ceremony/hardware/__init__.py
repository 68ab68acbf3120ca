"""What is known of devices and their makers: differences, weaknesses, certificates.

Reads no device. The verifier judges with the same words as the doctor.
"""
