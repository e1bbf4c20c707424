/// The `hosts` plugin: answers from a table like `/etc/hosts`.
///
/// Start at [Hosts]; [HostsOptions] reads the Corefile. [HostsFile] watches the file and keeps the
/// last good [HostsTable], which [HostsReader] reads; [HostsAnswers] turns tables into records that
/// are ready for the socket. The manual for operators is `README.md` beside this file.
@NullMarked
package dev.onoma.plugins.hosts;

import org.jspecify.annotations.NullMarked;
