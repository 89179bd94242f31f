# Names that were packages once.
{
  python2 = throw "python2 has been removed: Python 2.7 had its last release in 2020"; # added 2025-06-16
  redis = abort "redis has been replaced by valkey"; # added 2025-06-16
}
