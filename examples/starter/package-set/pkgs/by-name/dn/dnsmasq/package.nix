{
  lib,
  stdenv,
  fetchurl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "dnsmasq";
  version = "2.91";

  src = fetchurl {
    url = "https://thekelleys.org.uk/dnsmasq/dnsmasq-${finalAttrs.version}.tar.xz";
    hash = "sha256-jw734PljN3RGuTxgIfd1J2zL4Z2PnleuNfONVZ4P+4E=";
  };

  meta = {
    description = "DNS forwarder and DHCP server for small networks";
    homepage = "https://thekelleys.org.uk/dnsmasq/doc.html";
    license = lib.licenses.gpl3Plus;
    maintainers = [ lib.maintainers.ines ];
    mainProgram = "dnsmasq";
    identifiers.cpeParts = lib.meta.cpeFullVersionWithVendor "thekelleys" finalAttrs.version;
  };
})
