"""From FASTQ to counts: read layouts, demultiplexing, counting, and the fate of every read."""
