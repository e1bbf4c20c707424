/// The whole product, seen from the network: scenarios played against servers, real clients, and
/// octets that no client would send.
///
/// The scenarios lie in the folder `scenarios` of this module, by RFC, by plugin, and by Corefile
/// feature. [ReferenceTest] plays them against CoreDNS.
@NullMarked
package dev.onoma.conformance;

import org.jspecify.annotations.NullMarked;
