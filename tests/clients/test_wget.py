"""wget with a token in a header."""

import subprocess


def test_wget_fetches_a_private_file_through_the_redirect(ed, private_beads, program, tmp_path):
    """dcor 56."""
    target = tmp_path / "got.rtdc"
    address = f"{ed.url}{private_beads.page}/download/calibration_beads_47.rtdc"
    header = f"--header=Authorization: {ed.token}"
    subprocess.run([program("wget"), "-q", "-O", target, header, address], check=True)
    assert target.read_bytes() == private_beads.path.read_bytes()


def test_wget_resumes_a_download(ed, private_beads, program, tmp_path):
    """dcor §4."""
    target = tmp_path / "got.rtdc"
    target.write_bytes(private_beads.path.read_bytes()[:400_000])
    address = f"{ed.url}{private_beads.page}/download/calibration_beads_47.rtdc"
    header = f"--header=Authorization: {ed.token}"
    subprocess.run([program("wget"), "-q", "-c", "-O", target, header, address], check=True)
    assert target.read_bytes() == private_beads.path.read_bytes()


def test_wget_without_a_token_gets_nothing(private_beads, site, program, tmp_path):
    """dcor 18."""
    address = f"{site.url}{private_beads.page}/download/x"
    target = tmp_path / "got.rtdc"
    done = subprocess.run([program("wget"), "-q", "-O", target, address], check=False)
    assert done.returncode == 8  # the server issued an error response
